import { expect, it } from '@jest/globals';
import { startApi } from '../support/api.ts';

it.each(['http://127.0.0.1:7400/api/', 'http://127.0.0.1:7400/api/v1', 'http://127.0.0.1:7400/models'])(
  'the api is where it is, whatever path of its own API_URL names by mistake (%s)',
  async (API_URL) => {
    const api = await startApi({ API_URL });
    try {
      expect((await api.call('POST', '/models', { name: 'digits' })).status).toBe(201);
      expect((await api.call('GET', '/models/digits')).status).toBe(200);
    } finally {
      await api.close();
    }
  },
);
