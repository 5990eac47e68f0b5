import express from 'express';
import { newOrder } from './order.js';

// Makes the API around a store.
export function createApp(store) {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json());

  app.get('/api/products', async (request, response) => {
    response.json(await store.products());
  });

  app.get('/api/products/:id', async (request, response) => {
    const product = await store.product(request.params.id);
    if (product) response.json(product);
    else response.status(404).json({ error: 'no such product' });
  });

  app.get('/api/orders', async (request, response) => {
    response.json(await store.orders());
  });

  app.post('/api/orders', async (request, response) => {
    const order = await newOrder(request.body, store);
    await store.addOrder(order);
    response.status(201).json(order);
  });

  app.use((request, response) => response.status(404).json({ error: 'not found' }));

  // Express knows an error handler by its four parameters.
  app.use((error, request, response, next) => {
    const { status = 500 } = error;
    if (status >= 500) console.error(error);
    response.status(status).json({ error: status < 500 ? error.message : 'something went wrong' });
  });

  return app;
}
