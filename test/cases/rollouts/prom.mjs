// A Prometheus that says what the case wants: prom.answer() -> value | null (no series) | {status, body}. Listens where the installation's PROMETHEUS_URL points (default port 7591).
import http from 'node:http';
import { onEnd } from './lib.mjs';
export async function prometheus(answer, port = Number(process.env.PROM_PORT ?? 7591)) {
  const p = { answer, asked: [] };
  const s = http.createServer((req, res) => {
    let body = '';
    req.on('data', (d) => (body += d));
    req.on('end', () => {
      const query = new URLSearchParams(body).get('query');
      p.asked.push({ at: Date.now(), query, headers: req.headers });
      const v = p.answer(query);
      if (v && typeof v === 'object' && v.hang) return;
      if (v && typeof v === 'object') {
        res.writeHead(v.status ?? 200, { 'content-type': 'application/json', ...v.headers });
        return res.end(typeof v.body === 'string' ? v.body : JSON.stringify(v.body));
      }
      const result = v === null ? [] : [{ metric: {}, value: [Date.now() / 1000, String(v)] }];
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    });
  });
  await new Promise((ok, no) => {
    s.on('error', no);
    s.listen(port, '127.0.0.1', ok);
  });
  onEnd(() => {
    s.closeAllConnections();
    s.close();
  });
  return p;
}
