import { randomUUID } from 'node:crypto';

const MOST_AT_ONCE = 20;

// Makes an order of what a client asks for: { productId, quantity }.
export async function newOrder({ productId, quantity = 1 } = {}, store) {
  const product = typeof productId === 'string' ? await store.product(productId) : undefined;
  if (!product) throw refusal('no such product');
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > MOST_AT_ONCE) {
    throw refusal(`quantity must be from 1 to ${MOST_AT_ONCE}`);
  }
  return {
    id: randomUUID(),
    productId,
    quantity,
    // The price that the client saw holds, whatever becomes of the product.
    cents: product.cents * quantity,
    orderedAt: new Date().toISOString(),
  };
}

const refusal = (message) => Object.assign(new Error(message), { status: 400 });
