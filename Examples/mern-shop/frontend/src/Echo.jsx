import { useEffect, useState } from 'react';

const GREETING = 'hello';

// Shows that the shop's WebSocket answers.
export function Echo() {
  const [echo, setEcho] = useState('…');

  useEffect(() => {
    const socket = new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}/ws`);
    socket.onopen = () => socket.send(GREETING);
    socket.onmessage = ({ data }) => setEcho(`echo: ${data}`);
    socket.onclose = () => setEcho('disconnected');
    return () => {
      socket.onclose = null;
      socket.close();
    };
  }, []);

  return <span id="echo">{echo}</span>;
}
