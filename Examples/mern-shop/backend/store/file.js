import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seed } from './seed.js';

const BESIDE_THE_CODE = fileURLToPath(new URL('../data/shop.json', import.meta.url));

// Keeps the shop in a JSON file, which is read anew each time: another release may have written it.
export class FileStore {
  #path;
  #lastWrite = Promise.resolve();

  constructor(path = BESIDE_THE_CODE) {
    this.#path = path;
  }

  async products() {
    return (await this.#load()).products;
  }

  async product(id) {
    return (await this.products()).find((product) => product.id === id);
  }

  async orders() {
    return (await this.#load()).orders;
  }

  // One after the other, so that no order overwrites another.
  addOrder(order) {
    const write = this.#lastWrite.then(async () => {
      const shop = await this.#load();
      await this.#save({ ...shop, orders: [...shop.orders, order] });
    });
    this.#lastWrite = write.catch(() => {});
    return write;
  }

  close() {}

  async #load() {
    try {
      return JSON.parse(await readFile(this.#path, 'utf8'));
    } catch (error) {
      if (error.code === 'ENOENT') return { products: seed, orders: [] };
      throw error;
    }
  }

  // Whoever reads meanwhile sees the whole shop, as it was or as it is.
  async #save(shop) {
    await mkdir(dirname(this.#path), { recursive: true });
    const draft = `${this.#path}.${process.pid}`;
    await writeFile(draft, JSON.stringify(shop, null, 2));
    await rename(draft, this.#path);
  }
}
