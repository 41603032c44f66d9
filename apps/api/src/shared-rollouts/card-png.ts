import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** What the first picture loads: the renderer, and the letters. Servers have no fonts that one could count on. */
async function load(): Promise<Uint8Array[]> {
  const wasm = fileURLToPath(import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm'));
  await initWasm(await readFile(wasm));
  const fonts = new URL('../fonts/', import.meta.resolve('@embedpdf/fonts-latin'));
  const names = ['NotoSans-Regular.ttf', 'NotoSans-Bold.ttf'];
  return Promise.all(names.map((name) => readFile(new URL(name, fonts))));
}

let loaded: Promise<Uint8Array[]> | null = null;

/**
 * A picture as PNG: chats take no SVG. It holds the process up for a tenth of a second; whoever calls keeps the answer.
 * Letters that Noto Sans does not have (Latin, Greek and Cyrillic are there) are drawn as boxes.
 */
export async function cardPng(svg: string): Promise<Buffer> {
  loaded ??= load();
  const fontBuffers = await loaded;
  const resvg = new Resvg(svg, {
    font: { fontBuffers, defaultFontFamily: 'Noto Sans', sansSerifFamily: 'Noto Sans' },
  });
  const image = resvg.render();
  try {
    return Buffer.from(image.asPng());
  } finally {
    image.free();
    resvg.free();
  }
}
