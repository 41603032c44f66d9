import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isReadableByAll } from '#libs/processes';
import { installMlflow, startMlflow } from '../mlflow/tracking-server.ts';
import type { ApiClient } from './api-client.ts';
import { startStoryJudge } from './llm-judge.ts';
import { playLlmStory } from './llm-story.ts';
import { playMlflowStory } from './mlflow-story.ts';
import type { Check } from './release.ts';
import { playStory } from './story.ts';

/** Where the story is played. */
export interface Stage {
  readonly api: ApiClient;
  readonly apiUrl: string;
  readonly gatewayUrl: string;
  /** An admin's, for a day. */
  readonly token: string;
}

/** One of the demo's stories: what Understudy is started with for it, and how it goes. */
export interface Tale {
  readonly settings: Record<string, string>;
  play(stage: Stage): Promise<readonly Check[]>;
  stop(): Promise<void> | void;
}

type Say = (line: string) => void;
/** From dist/examples/demo to the sources' examples folder, where models and data are. */
const examples = path.resolve(fileURLToPath(new URL('../../../examples', import.meta.url)));

/** By the word after `npm run demo --`; without one, `digits`. */
export const TALES: Readonly<Record<string, (say: Say, command: string | null) => Promise<Tale>>> = {
  digits: async (say, command) => ({
    settings: nodeServer('model-server', '--model {model}', command, []),
    play: ({ api, gatewayUrl }) => playStory(api, gatewayUrl, examples, say),
    stop: () => undefined,
  }),

  llm: async (say, command) => {
    // The operator's own judge, where there is one.
    const judge = process.env['JUDGE_URL'] ? null : await startStoryJudge(examples);
    const book = path.join(examples, 'llm', 'fables.txt');
    return {
      settings: { ...nodeServer('llm', '', command, [book]), ...judge?.settings },
      play: ({ api, gatewayUrl }) => playLlmStory(api, gatewayUrl, examples, say),
      stop: () => judge?.stop(),
    };
  },

  mlflow: async (say, command) => {
    const python = installed(say);
    const programs = path.dirname(python);
    const home = await mkdtemp(path.join(tmpdir(), 'understudy-mlflow-'));
    const tracking = await startMlflow(python, `sqlite:///${home}/mlflow.db`, home);
    say(`  MLflow's tracking server: ${tracking.url}`);
    const settings = {
      ...{ DEPLOYER_COMMAND: command ?? 'mlflow', MLFLOW_TRACKING_URI: tracking.url },
      PATH: `${programs}${path.delimiter}${process.env['PATH'] ?? ''}`,
      ...usersFor([python, path.join(programs, 'mlflow')]),
    };
    return {
      settings,
      play: ({ api, apiUrl, gatewayUrl, token }) => {
        // As MLflow's client takes credentials for one of its two servers alone.
        const registryUri = apiUrl.replace('://', `://any:${token}@`);
        const training = { python, trackingUri: tracking.url, registryUri, home };
        return playMlflowStory(api, gatewayUrl, examples, say, training);
      },
      stop: async () => {
        await tracking.stop();
        await rm(home, { recursive: true, force: true });
      },
    };
  },
};

function installed(say: Say): string {
  try {
    return installMlflow(say);
  } catch (error) {
    throw new Error(
      'this story needs Python 3 with venv (Debian: python3-venv) and PyPI, to install MLflow',
      {
        cause: error,
      },
    );
  }
}

/** A model server of the examples. */
function nodeServer(
  folder: string,
  more: string,
  command: string | null,
  reads: readonly string[],
): Record<string, string> {
  const server = fileURLToPath(new URL(`../${folder}/main.js`, import.meta.url));
  const ours = `"${process.execPath}" "${server}" --artifact {artifact} --port {port} ${more}`.trim();
  return { DEPLOYER_COMMAND: command ?? ours, ...usersFor([server, process.execPath, ...reads]) };
}

/** The demo's artifacts are ours; where others cannot read the checkout, their servers run as we do. */
const usersFor = (files: readonly string[]): Record<string, string> =>
  files.every(isReadableByAll) ? {} : { DEPLOYER_USERS: 'off' };
