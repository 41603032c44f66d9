// A model server in a process of its own, to be killed or stopped: listens at argv[2]:argv[3] (0: any port), says where, and answers after
// 2 ms by its name (argv[4]; its address). What it says of its health is in the file argv[5]: a status for each end of a path; nothing: it knows no path.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [, , address, port, name = address, health] = process.argv;
const statusOf = (path) => {
  if (health === undefined) return path.includes('/infer') ? 200 : 404;
  const known = Object.entries(JSON.parse(readFileSync(health, 'utf8')));
  return known.find(([end]) => path.endsWith(end))?.[1] ?? 404;
};
const server = createServer((request, response) => {
  request.resume().on('end', () =>
    setTimeout(() => {
      const [path, query = ''] = request.url.split('?');
      const body = JSON.stringify({ replica: name, path, query });
      response
        .writeHead(request.method === 'POST' ? 200 : statusOf(path), {
          'content-type': 'application/json',
          'content-length': body.length,
        })
        .end(body);
    }, 2),
  );
});
server.listen(Number(port), address, () => process.send({ port: server.address().port }));
