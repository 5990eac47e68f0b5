import { WebSocketServer } from 'ws';

// Answers every WebSocket message at /ws with itself.
export function attachEcho(server) {
  const sockets = new WebSocketServer({ server, path: '/ws', maxPayload: 64 * 1024 });
  sockets.on('connection', (socket) => {
    socket.on('message', (message, isBinary) => socket.send(message, { binary: isBinary }));
    // The socket closes itself after an error; without a listener the error would end the process.
    socket.on('error', (error) => console.error(`/ws: ${error.message}`));
  });
  return sockets;
}
