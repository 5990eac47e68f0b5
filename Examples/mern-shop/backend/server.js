// Serves the shop's API and its WebSocket.
//
// The shop is kept in a JSON file, DATA_FILE, so that it runs anywhere. To keep it in MongoDB, add the driver
// (npm install mongodb) and set MONGO_URL, such as mongodb://127.0.0.1:27017/shop.

import { createServer } from 'node:http';
import { createApp } from './app.js';
import { attachEcho } from './echo.js';
import { openStore } from './store/index.js';

const { HOST = '127.0.0.1', PORT = '5000' } = process.env;
const STOP_MILLISECONDS = 5000;

const store = await openStore();
const server = createServer(createApp(store));
const echo = attachEcho(server);

server.listen(Number(PORT), HOST, () => console.log(`listening on http://${HOST}:${PORT}`));

process.once('SIGTERM', () => {
  // A client that does not answer must not keep the process.
  setTimeout(() => process.exit(), STOP_MILLISECONDS).unref();
  server.close(() => store.close());
  server.closeIdleConnections();
  for (const socket of echo.clients) socket.close(1001);
});
