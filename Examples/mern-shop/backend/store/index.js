// A store has products(), product(id), orders(), addOrder(order) and close().
export async function openStore({ MONGO_URL, DATA_FILE } = process.env) {
  if (MONGO_URL) {
    // Imported only here: its driver need not be installed otherwise.
    const { openMongoStore } = await import('./mongo.js');
    return openMongoStore(MONGO_URL);
  }
  const { FileStore } = await import('./file.js');
  return new FileStore(DATA_FILE);
}
