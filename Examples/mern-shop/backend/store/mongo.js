import { MongoClient } from 'mongodb';
import { seed } from './seed.js';

const WITHOUT_KEY = { projection: { _id: 0 } };

// Keeps the shop in the database that the URL names.
export async function openMongoStore(url) {
  const client = await new MongoClient(url).connect();
  const products = client.db().collection('products');
  const orders = client.db().collection('orders');

  // A product that is there keeps its changes, and two releases may start at once.
  await Promise.all(
    seed.map((product) => products.updateOne({ _id: product.id }, { $setOnInsert: product }, { upsert: true })),
  );

  return {
    products: () => products.find({}, WITHOUT_KEY).toArray(),
    product: (id) => products.findOne({ _id: id }, WITHOUT_KEY),
    orders: () => orders.find({}, WITHOUT_KEY).toArray(),
    addOrder: (order) => orders.insertOne({ _id: order.id, ...order }),
    close: () => client.close(),
  };
}
