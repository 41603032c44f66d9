import { clockAhead, clockBack } from './clock-commands.ts';
import { releaseAtADate } from './dated-releases.ts';
import { changeEnvironment, releaseNext, setSegments } from './environment-commands.ts';
import { actTogether, goOnTogether, losesProof, releaseTogether } from './group-commands.ts';
import {
  askAgain,
  look as lookAtScreen,
  retire,
  retry,
  sayTwice,
  sayWhatWasSeen,
  unretire,
} from './person-commands.ts';
import { goBackSlowly } from './slow-way-back.ts';
import { resumeMeanwhile, silence } from './source-commands.ts';
import { goOnWithOldLook, stopAfterLook } from './stopped-worker.ts';
import type { World } from '../world.ts';

type Play = (world: World, model: string, n: number) => Promise<void>;

/** Where versions answer whose release has a date. */
const SERVERS = [1, 2, 3].map((n) => `http://127.0.0.1:${n}`);

/** The commands that have a file of their own, by their names. */
export const NAMED: Readonly<Record<string, Play>> = {
  look: (world, _model, n) => stopAfterLook(world, n),
  carryOut: (world, _model, n) => goOnWithOldLook(world, n),
  releaseAtADate: (world, model, n) => releaseAtADate(world, model, n, SERVERS[n % 3] ?? null),
  silence,
  resumeMeanwhile,
  screen: (world, model) => lookAtScreen(world, model),
  sayTwice,
  sayWhatWasSeen: (world, _model, n) => sayWhatWasSeen(world, n),
  askAgain: (world, _model, n) => askAgain(world, n),
  retry: (world, _model, n) => retry(world, n),
  retire: (world, model) => retire(world, model),
  unretire,
  segments: setSegments,
  releaseNext: (world, _model, n) => releaseNext(world, n),
  environment: (world, _model, n) => changeEnvironment(world, n),
  releaseTogether: (world, _model, n) => releaseTogether(world, n),
  goOnTogether: (world, _model, n) => goOnTogether(world, n),
  actTogether: (world, _model, n) => actTogether(world, n),
  losesProof: (world, _model, n) => losesProof(world, n),
  goBackSlowly,
  clockBack: (world, _model, n) => clockBack(world, n),
  clockAhead: (world, _model, n) => clockAhead(world, n),
};
