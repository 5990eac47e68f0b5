export function Failure({ message }) {
  return (
    <p id="error" role="alert">
      {message}
    </p>
  );
}
