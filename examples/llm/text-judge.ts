import { END_OF_TEXT, type NGramModel, tokenize } from './n-gram-model.ts';

/** What a judge of two answers says: the first, the second, or neither is better. */
export type Preference = 'A' | 'B' | 'tie';

/** Each step back to a shorter context costs this factor. */
const BACK_OFF = 0.4;
/** A token that follows nothing that the text has seen. */
const UNSEEN = 1e-4;
/** Mean log-likelihoods that are closer than this are alike (nats a token). */
const ALIKE = 0.05;

/**
 * Which of two answers is better, as a language model of fables sees it. One that breaks off within a sentence is worse
 * than one that does not. Of two such or two whole ones, the likelier text is better. Pure.
 */
export function preferText(model: NGramModel, a: string, b: string): Preference {
  const [wholeA, wholeB] = [a, b].map(isWhole);
  if (wholeA !== wholeB) return wholeA ? 'A' : 'B';
  const difference = meanLogLikelihood(model, a) - meanLogLikelihood(model, b);
  if (Math.abs(difference) < ALIKE) return 'tie';
  return difference > 0 ? 'A' : 'B';
}

const isWhole = (text: string): boolean => /[.!?]["'”’]?\s*$/.test(text);

/**
 * Mean of ln p(token | the tokens before it), by stupid back-off (Brants et al. 2007, "Large language models in machine
 * translation", eq. 5). An empty text is the least likely of all.
 */
function meanLogLikelihood(model: NGramModel, text: string): number {
  const tokens = tokenize(text);
  if (tokens.length < 2) return Math.log(UNSEEN);
  const terms = tokens.slice(1).map((token, i) => Math.log(likelihood(model, tokens.slice(0, i + 1), token)));
  return terms.reduce((sum, term) => sum + term, 0) / terms.length;
}

function likelihood(model: NGramModel, before: readonly string[], token: string): number {
  const longest = Math.min(model.order, before.length);
  for (let n = longest; n >= 1; n--) {
    const followers = model.followers.get(before.slice(-n).join('')) ?? [];
    const seen = followers.filter((one) => one === token).length;
    const all = followers.filter((one) => one !== END_OF_TEXT).length;
    if (seen > 0) return BACK_OFF ** (longest - n) * (seen / all);
  }
  return UNSEEN;
}
