// A model server of a few lines: node server.mjs <port> [share of requests that fail]
import { createServer } from 'node:http';

const [port = '9001', failing = '0'] = process.argv.slice(2);
let n = 0;
createServer((request, response) => {
  request.resume().on('end', () => {
    const fails = request.method === 'POST' && (n++ * 0.618) % 1 < Number(failing);
    response.writeHead(fails ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(fails ? { error: 'broken' } : { label: 'hello' }));
  });
}).listen(Number(port), '127.0.0.1', function () {
  console.log(`a model answers at http://127.0.0.1:${this.address().port}`);
});
