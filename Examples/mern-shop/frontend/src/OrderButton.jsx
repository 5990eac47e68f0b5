import { useState } from 'react';
import { request } from './api.js';
import { Failure } from './Failure.jsx';

// Orders one of a product, and says what came of it.
export function OrderButton({ product }) {
  const [{ order, error, isPending }, setState] = useState({});

  async function place() {
    setState({ isPending: true });
    try {
      setState({
        order: await request('/orders', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ productId: product.id, quantity: 1 }),
        }),
      });
    } catch (error) {
      setState({ error });
    }
  }

  if (error) return <Failure message={error.message} />;
  if (order) return <p id="ordered">Ordered. Your number is {order.id.slice(0, 8)}.</p>;
  return (
    <button id="order" onClick={place} disabled={isPending}>
      Order one
    </button>
  );
}
