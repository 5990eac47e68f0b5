import { useEffect, useState } from 'react';

// Asks the API, and throws what it says is wrong.
export async function request(path, options) {
  const response = await fetch(import.meta.env.VITE_API_URL + path, options);
  const isJSON = response.headers.get('Content-Type')?.startsWith('application/json');
  const answer = isJSON ? await response.json() : undefined;
  if (answer === undefined || !response.ok) throw new Error(answer?.error ?? `the API answered ${response.status}`);
  return answer;
}

// What the API has at a path: an answer or an error, and neither until one is there.
export function useAnswer(path) {
  const [outcome, setOutcome] = useState({});

  useEffect(() => {
    const left = new AbortController();
    request(path, { signal: left.signal }).then(
      (answer) => setOutcome({ answer }),
      (error) => left.signal.aborted || setOutcome({ error }),
    );
    return () => left.abort();
  }, [path]);

  return outcome;
}
