import { describe, expect, it } from '@jest/globals';
import vm from 'node:vm';
// @ts-expect-error -- plain JavaScript: jest reads it before anything is transformed
import { bindGlobals } from './bound-globals.mjs';

/** Loads a module in a context of its own, as jest does. @returns what it exports, and how often it asked for `Math` and `Map` */
async function load(code: string): Promise<{ exports: Record<string, unknown>; asked: () => number }> {
  let asked = 0;
  const counted = <T>(value: T) => ({ get: () => (asked++, value), enumerable: true });
  const context = vm.createContext(Object.defineProperties({}, { Math: counted(Math), Map: counted(Map) }));
  const module = new vm.SourceTextModule(code, { context });
  await module.link(() => Promise.reject(new Error('it imports nothing')));
  await module.evaluate();
  return { exports: module.namespace as Record<string, unknown>, asked: () => asked };
}

const LOOP = 'export let sum = 0; for (let i = 0; i < 1000; i++) sum += Math.max(i, new Map().size);';

describe('globals of a module within jest', () => {
  it('are looked up once, however often they are used', async () => {
    expect((await load(LOOP)).asked()).toBe(2_000);
    const { exports, asked } = await load(bindGlobals(LOOP) as string);
    expect([exports['sum'], asked()]).toEqual([499_500, 2]);
  });

  it.each([
    ['imports', "import { Map } from 'x'; Map();"],
    ['imports over lines', "import {\n  Map,\n} from 'x'; Map();"],
    ['imports by another name', "import { a as Map } from 'x'; Map();"],
    ['declares as a class', 'export class Map {}'],
    ['declares as a function', 'function Map() {}'],
    ['declares within', 'export const f = () => { const Map = 1; return Map; };'],
    ['takes out of something', 'const { a, Map } = globalThis; Map;'],
    ['takes out of an array', 'const [Map] = []; Map;'],
    ['does not use', 'export const Mapped = MapOf;'],
  ])('a name that a module %s is left alone', (_how, code) => {
    expect(bindGlobals(code)).toBe(code);
  });

  it('what tests replace is looked up at each use', () => {
    const code = 'Date.now(); setTimeout(f); fetch(u); performance.now(); process.exit(); console.log();';
    expect(bindGlobals(code)).toBe(code);
  });

  it('lines stay where they are', () => {
    expect((bindGlobals('a();\nMath.min();') as string).split('\n')).toHaveLength(2);
  });
});
