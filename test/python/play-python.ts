import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { CLIENT } from './install-client.ts';

export interface Played {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What is to be said of it: reasons of skips, and all that was written where something failed. */
  readonly lines: readonly string[];
}

/**
 * Runs pytest, mypy, and the wheel's build and import, side by side.
 * @param bin the folder of programs
 * @param home where they may write
 */
export async function playPython(
  bin: string,
  home: string,
  env: Readonly<Record<string, string>>,
): Promise<Played> {
  const python = path.join(bin, 'python');
  const root = process.cwd();
  const common = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    REPOSITORY: root,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const junit = path.join(home, 'pytest.xml');
  const tests = run(python, ['-m', 'pytest', '-q', '-rs', '--durations=10', `--junitxml=${junit}`], {
    ...{ ...common, ...env, PYTHONPATH: 'src' },
  });
  const types = run(python, ['-m', 'mypy', '--cache-dir', path.join(root, '.cache/mypy')], common);
  const wheel = buildWheel(python, home, common);
  const [ran, typed, built] = [await tests, await types, await wheel];
  const counts = countsOf(await readFile(junit, 'utf8').catch(() => ''));
  const steps = [typed, built];
  const broken = steps.filter(({ code }) => code !== 0);
  // Nothing that was counted failed, and yet it did: it could not be run.
  const untold = ran.code !== 0 && counts.failed === 0 ? 1 : 0;
  return {
    passed: counts.passed + steps.length - broken.length,
    failed: counts.failed + broken.length + untold,
    skipped: counts.skipped,
    lines: [
      ...(ran.code === 0
        ? ran.text.split('\n').filter((line) => /^SKIPPED|^[\d.]+s call/.test(line))
        : [ran.text]),
      ...broken.map(({ text }) => text),
    ],
  };
}

/** The wheel, and that it can be imported by itself, with its types. */
async function buildWheel(python: string, home: string, env: Record<string, string>): Promise<Ran> {
  const [dist, alone] = [path.join(home, 'wheel'), path.join(home, 'alone')];
  await mkdir(dist, { recursive: true });
  const built = await run(python, ['-m', 'hatchling', 'build', '-t', 'wheel', '-d', dist], env);
  const [file] = (await readdir(dist)).filter((name) => name.endsWith('.whl'));
  if (built.code !== 0 || file === undefined) return { ...built, code: built.code || 1 };
  const from = ['install', '--quiet', '--no-deps', '--no-index', '--target', alone, path.join(dist, file)];
  const installed = await run(python, ['-m', 'pip', ...from], env);
  if (installed.code !== 0) return installed;
  const look =
    'import understudy, pathlib; at = pathlib.Path(understudy.__file__).parent; ' +
    `assert str(at).startswith(${JSON.stringify(alone)}), at; assert (at / "py.typed").exists(); understudy.Client, understudy.AsyncClient`;
  return run(python, ['-c', look], { ...env, PYTHONPATH: alone });
}

interface Ran {
  readonly code: number;
  readonly text: string;
}

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: CLIENT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, text }));
  });
}

/** By pytest's report in JUnit's form. */
function countsOf(xml: string): Pick<Played, 'passed' | 'failed' | 'skipped'> {
  const [head = ''] = /<testsuite [^>]*>/.exec(xml) ?? [];
  const number = (name: string): number => Number(new RegExp(`${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  return { passed: number('tests') - failed - number('skipped'), failed, skipped: number('skipped') };
}
