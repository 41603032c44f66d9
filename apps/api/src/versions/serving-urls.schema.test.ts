import { describe, expect, it } from '@jest/globals';
import { manifest, newVersion } from './version.schema.ts';

const urls = (most: number): string[] => Array.from({ length: most }, (_, at) => `http://s${at}:8080`);
const [A, B] = ['http://a:8080', 'https://b/models/x?code=s3cret'];

describe('where a version answers', () => {
  it.each([
    [{}, []],
    [{ servingUrl: null, servingUrls: null }, []],
    [{ servingUrl: A }, [A]],
    [{ servingUrls: [A] }, [A]],
    [{ servingUrls: [A, B] }, [A, B]],
    [{ servingUrl: A, servingUrls: [A, B] }, [A, B]],
    [{ servingUrl: 'http://A:8080/', servingUrls: [A, B] }, [A, B]],
    [{ servingUrls: ['http://a/1', 'http://a/2'] }, ['http://a/1', 'http://a/2']],
    [{ servingUrls: ['http://a?v=1', 'http://a?v=2'] }, ['http://a?v=1', 'http://a?v=2']],
    [{ servingUrls: ['http://[::1]:1', 'http://127.0.0.1:1'] }, ['http://[::1]:1', 'http://127.0.0.1:1']],
    [{ servingUrls: ['http://a', 'https://a'] }, ['http://a', 'https://a']],
    [{ servingUrls: urls(32) }, urls(32)],
  ])('%j', (body, expected) => {
    expect(newVersion.parse(body).servingUrls).toEqual(expected);
    expect(manifest.parse({ model: 'm', ...body })).toMatchObject({ model: 'm', servingUrls: expected });
  });

  it.each([
    [{ servingUrls: [] }, 'servingUrls', 'at least'],
    [{ servingUrls: urls(33) }, 'servingUrls', 'at most 32'],
    [{ servingUrls: [A, A] }, 'servingUrls.1', 'serving URL 0'],
    [{ servingUrls: [A, B, 'HTTP://a:8080/'] }, 'servingUrls.2', 'serving URL 0'],
    [{ servingUrls: ['http://a:80/x', 'http://A/x//'] }, 'servingUrls.1', 'serving URL 0'],
    [{ servingUrls: ['http://a.', 'http://a#b'] }, 'servingUrls.1', 'serving URL 0'],
    [{ servingUrls: [A, 'ftp://b'] }, 'servingUrls.1', 'http:// or https://'],
    [{ servingUrls: [A, 'http://u:p@b'] }, 'servingUrls.1', 'without a password'],
    [{ servingUrls: [A, 'http://:p@b'] }, 'servingUrls.1', 'without a password'],
    [{ servingUrls: [A, 'nothing'] }, 'servingUrls.1', 'a URL'],
    [{ servingUrls: [A, null] }, 'servingUrls.1', 'string'],
    [{ servingUrls: A }, 'servingUrls', 'array'],
    [{ servingUrl: B, servingUrls: [A, B] }, 'servingUrl', 'not the first'],
  ])('refuses %j at %s', (body, path, words) => {
    for (const read of [newVersion.safeParse(body), manifest.safeParse({ model: 'm', ...body })]) {
      const [issue] = read.error?.issues ?? [];
      expect(issue?.path.join('.')).toBe(path);
      expect(issue?.message).toContain(words);
      // What is wrong is named by its place: a query may hold a key.
      expect(issue?.message).not.toContain('s3cret');
    }
  });
});
