import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anchorWords, type CommandValues, fillCommand, wordsOf } from './command-template.ts';

const values = { artifact: '/a b/x.onnx', source: 'runs:/1/m', port: '8000', model: 'digits', version: '3' };
const fill = (template: string, more: Partial<CommandValues> = {}) =>
  fillCommand(wordsOf(template), { ...values, ...more });

/** Names that people give, and that attackers do. */
const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '--plugin=x',
    '-',
    '--',
    '-rf',
    '{port}',
    '{model}',
    '$(id)',
    '`id`',
    '; rm',
    '" --x "',
    "' --x '",
    '\n--x',
    'a b',
    '@file',
  ),
  fc.string().map((text) => `-${text}`),
);

describe('a command', () => {
  it('is filled in word by word, and keeps quoted ones whole', () => {
    expect(fill('node "my server.js" --artifact {artifact} --port={port} \'{model} {version}\'')).toEqual([
      'node',
      'my server.js',
      '--artifact',
      '/a b/x.onnx',
      '--port=8000',
      'digits 3',
    ]);
  });

  it('names a registry by model and version, or where the files are, without any file', () => {
    expect(fill('mlflow models serve -m models:/{model}/{version} -p {port}', { artifact: '' })).toEqual([
      ...['mlflow', 'models', 'serve', '-m', 'models:/digits/3', '-p', '8000'],
    ]);
    expect(fill('serve {source}')).toEqual(['serve', 'runs:/1/m']);
    expect(() => fill('serve {source}', { source: '--plugin=x' })).toThrow(
      expect.objectContaining({ code: 'command_unsafe' }),
    );
  });

  it('never gets a word or an option from a value', () => {
    const templates = fc.constantFrom(
      'serve {artifact} {model} --port {port}',
      'serve "{model}" {model}:{version} --name={model} x{model} {artifact}',
      "serve '{model} {version}' --label '{model}' -m{model}",
    );
    fc.assert(
      fc.property(templates, name, name, (template, artifact, model) => {
        const words = wordsOf(template);
        let filled: readonly string[];
        try {
          filled = fill(template, { artifact, model });
        } catch (error) {
          expect((error as { code: string }).code).toBe('command_unsafe');
          expect(`${artifact} ${model}`).toMatch(/-|\0/);
          return;
        }
        expect(filled).toHaveLength(words.length);
        filled.forEach((word, i) => {
          expect(word.startsWith('-')).toBe(words[i]?.startsWith('-'));
          expect(word).not.toContain('\0');
        });
        // Where the template wrote the name, it is there as it is.
        expect(filled[words.findIndex((word) => word.includes('{model}'))]).toContain(model);
      }),
      { numRuns: 2_000 },
    );
  });

  it('says what is wrong with a name that would be an option', () => {
    expect(() => fill('serve {model} --port {port}', { model: '--plugin=x' })).toThrow(
      /"\{model\}" would become "--plugin=x".*--name=\{model\}/,
    );
    expect(fill('serve --name={model}', { model: '--plugin=x' })).toEqual(['serve', '--name=--plugin=x']);
  });

  it('names files by where Understudy was started, since the server starts elsewhere', () => {
    const files = ['serve.py', './bin/serve', 'conf/serve.toml', 'node'];
    expect(
      anchorWords(
        wordsOf('node serve.py ./bin/serve --config=conf/serve.toml -m json --x {artifact} /etc/y'),
        (file) => files.includes(file),
        (file) => `/work/${file}`,
      ),
    ).toEqual([
      ...['node', '/work/serve.py', '/work/./bin/serve', '--config=/work/conf/serve.toml'],
      ...['-m', 'json', '--x', '{artifact}', '/etc/y'],
    ]);
  });
});
