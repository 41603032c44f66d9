// A model server in a process of its own, to be killed: listens at argv[2]:argv[3] (0: any port), says where, and answers after 2 ms by its address.
import { createServer } from 'node:http';

const [, , address, port] = process.argv;
const server = createServer((request, response) => {
  request.resume().on('end', () =>
    setTimeout(() => {
      const body = JSON.stringify({ replica: address });
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
        .end(body);
    }, 2),
  );
});
server.listen(Number(port), address, () => process.send({ port: server.address().port }));
