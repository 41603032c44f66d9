import { isObject } from '../json/json-tensor.ts';
import type { OutputKind, OutputSpec } from './output-spec.ts';
import { readOutput } from './read-output.ts';

/** The protocols of model servers whose answers have a known form. */
export const PROTOCOLS = ['open-inference', 'tf-serving', 'mlflow', 'openai'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** An output spec by the name of its protocol; what is left out follows from the protocol, or from a real answer. */
export interface OutputPreset {
  /** `auto`: the protocol follows from a real answer too. */
  readonly preset: Protocol | 'auto';
  readonly kind?: OutputKind | undefined;
  /** Open Inference: which output, by its name; left out: the first one. */
  readonly output?: string | undefined;
  readonly tolerance?: number | undefined;
  readonly relativeTolerance?: number | undefined;
  readonly minCorrelation?: number | undefined;
  readonly similarity?: number | undefined;
  readonly agreeing?: number | undefined;
}

/** A preset by its name alone, or with settings. */
export const presetOf = (asked: OutputPreset['preset'] | OutputPreset): OutputPreset =>
  typeof asked === 'string' ? { preset: asked } : asked;

/** What is known of a version's answers. */
export interface KnownOutputs {
  /** Real answers, parsed. */
  readonly answers: readonly unknown[];
  /** The version's signature. */
  readonly signature: unknown;
}

/** How far numbers may be apart where nobody says. */
const USUAL_TOLERANCE = 1e-4;
const USUAL_CORRELATION = 0.5;
/** Texts of language models never agree to the word. */
const USUAL_SIMILARITY = 0.8;

/**
 * The spec that a preset stands for: by its protocol and kind, else by the form of a real answer, else by the tensors
 * of the version's signature.
 * @returns `null` where none of them says which kind of output it is
 */
export function specOfPreset(preset: OutputPreset, known: KnownOutputs): OutputSpec | null {
  for (const candidate of candidates(preset, known)) {
    const spec = complete(candidate, preset);
    const reads = known.answers.some((answer) => readOutput(answer, spec) !== null);
    if (reads || known.answers.length === 0) return spec;
  }
  // None reads a real answer: the first one is, and trying it says what is there instead.
  const [first] = candidates(preset, known);
  return first === undefined ? null : complete(first, preset);
}

interface Place {
  readonly kind: OutputKind;
  readonly path: string;
  readonly confidence?: string;
}

/** Where and what the output may be, the likeliest first. */
function candidates(preset: OutputPreset, { answers, signature }: KnownOutputs): readonly Place[] {
  const derived = answers.flatMap((answer) =>
    (preset.preset === 'auto' ? PROTOCOLS : [preset.preset]).flatMap((protocol) =>
      derive(protocol, answer, preset.output).map((place) => ({ protocol, place })),
    ),
  );
  const named =
    preset.preset === 'auto' ? new Set(derived.map(({ protocol }) => protocol)) : new Set([preset.preset]);
  const described =
    preset.preset === 'auto' || named.has('open-inference')
      ? ofTensors(tensorsOf(signature), preset.output)
      : [];
  // A shape does not say that numbers add up to 1; somebody must, or a real answer.
  const bySignature = described.filter(({ kind }) => kind !== 'probabilities' || preset.kind === kind);
  return [
    ...[...derived.map(({ place }) => place), ...bySignature].filter(
      ({ kind }) => preset.kind === undefined || preset.kind === kind,
    ),
    ...[...named].flatMap((protocol) => usual(protocol, preset.kind, preset.output)),
  ];
}

/** Where a protocol has its outputs, of a kind that somebody named. */
function usual(
  protocol: Protocol,
  kind: OutputKind | undefined,
  output: string | undefined,
): readonly Place[] {
  if (protocol === 'openai') {
    if (kind === 'text') return [{ kind, path: '$.choices[*].message.content' }];
    if (kind === 'tensor') return [{ kind, path: '$.data[*].embedding' }];
    return kind === undefined || kind === 'label'
      ? [{ kind: 'label', path: '$.choices[*].finish_reason' }]
      : [];
  }
  if (kind === undefined) return [];
  const list = protocol === 'open-inference' ? outputAt(output) : '$.predictions';
  if (kind === 'ranking' || kind === 'tensor') return [{ kind, path: list }];
  if (protocol === 'open-inference') return [{ kind, path: `${list}[*]` }];
  return [
    { kind, path: `${list}[*]` },
    { kind, path: `${list}[*][0]` },
  ];
}

const outputAt = (name: string | undefined): string =>
  name === undefined ? '$.outputs[0]' : `$.outputs['${name}']`;

/** What an answer of a protocol says about its outputs; empty: it is no such answer, or says nothing certain. */
function derive(protocol: Protocol, answer: unknown, output: string | undefined): readonly Place[] {
  if (!isObject(answer)) return [];
  if (protocol === 'open-inference') return ofTensors(tensorsOf(answer), output);
  if (protocol === 'openai') return ofOpenAi(answer);
  const { predictions } = answer;
  return Array.isArray(predictions) ? ofPredictions((predictions as unknown[])[0]) : [];
}

function ofOpenAi({ choices, data }: Readonly<Record<string, unknown>>): readonly Place[] {
  const first = (list: unknown): Readonly<Record<string, unknown>> => {
    const item: unknown = Array.isArray(list) ? (list as unknown[])[0] : undefined;
    return isObject(item) ? item : {};
  };
  if (Array.isArray(first(data)['embedding'])) return [{ kind: 'tensor', path: '$.data[*].embedding' }];
  const { finish_reason, message, text } = first(choices);
  if (finish_reason === undefined) return [];
  return [
    { kind: 'label', path: '$.choices[*].finish_reason' },
    ...(typeof text === 'string' ? [{ kind: 'text', path: '$.choices[*].text' } as const] : []),
    ...(isObject(message) ? [{ kind: 'text', path: '$.choices[*].message.content' } as const] : []),
  ];
}

/** By the first one of `predictions` (TF Serving's row format, MLflow's `/invocations`). */
function ofPredictions(first: unknown): readonly Place[] {
  const path = '$.predictions[*]';
  if (typeof first === 'string' || typeof first === 'boolean') return [{ kind: 'label', path }];
  if (typeof first === 'number')
    return Number.isInteger(first)
      ? [
          { kind: 'label', path },
          { kind: 'score', path },
        ]
      : [{ kind: 'score', path }];
  if (Array.isArray(first)) {
    const list = first as unknown[];
    if (list.length === 1 && typeof list[0] === 'number') return [{ kind: 'score', path: `${path}[0]` }];
    return [
      { kind: 'probabilities', path },
      { kind: 'tensor', path: '$.predictions' },
    ];
  }
  // What transformers' classifiers answer.
  if (isObject(first) && typeof first['label'] === 'string')
    return [
      {
        kind: 'label',
        path: `${path}.label`,
        ...(typeof first['score'] === 'number' ? { confidence: `${path}.score` } : {}),
      },
    ];
  return [];
}

interface Described {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/** The described output tensors of an Open Inference answer, or of a signature. */
function tensorsOf(value: unknown): readonly Described[] {
  const outputs = isObject(value) ? value['outputs'] : undefined;
  if (!Array.isArray(outputs)) return [];
  return (outputs as unknown[]).filter((one): one is Described => {
    if (!isObject(one)) return false;
    const { name, datatype, shape } = one;
    return (
      typeof name === 'string' && !name.includes("'") && typeof datatype === 'string' && Array.isArray(shape)
    );
  });
}

/** Labels first, then probabilities, then scores: what says most of a classifier. */
const ORDER: readonly OutputKind[] = ['label', 'probabilities', 'score', 'tensor'];

function ofTensors(tensors: readonly Described[], output: string | undefined): readonly Place[] {
  const wanted = tensors.filter(({ name }) => output === undefined || name === output);
  const places = wanted.flatMap((tensor): readonly Place[] => {
    const path = wanted.length === 1 && output === undefined ? '$.outputs[0]' : outputAt(tensor.name);
    // One value for each instance, or several.
    const isSingle = tensor.shape.slice(1).every((n) => n === 1);
    const isReal = /^B?FP/.test(tensor.datatype);
    if (isSingle) return [{ kind: isReal ? 'score' : 'label', path: `${path}[*]` }];
    if (!isReal) return tensor.datatype === 'BYTES' ? [] : [{ kind: 'tensor', path }];
    return tensor.shape.length === 2
      ? [
          { kind: 'probabilities', path: `${path}[*]` },
          { kind: 'tensor', path },
        ]
      : [{ kind: 'tensor', path }];
  });
  return [...places].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

function complete({ kind, path, confidence }: Place, asked: OutputPreset): OutputSpec {
  const agreeing = asked.agreeing === undefined ? {} : { agreeing: asked.agreeing };
  const { relativeTolerance } = asked;
  const relative = relativeTolerance === undefined ? {} : { relativeTolerance };
  const {
    tolerance = USUAL_TOLERANCE,
    minCorrelation = USUAL_CORRELATION,
    similarity = USUAL_SIMILARITY,
  } = asked;
  switch (kind) {
    case 'label':
      return { kind, path, ...(confidence === undefined ? {} : { confidence }), ...agreeing };
    case 'score':
    case 'tensor':
      return { kind, path, tolerance, ...relative, ...agreeing };
    case 'ranking':
      return { kind, path, minCorrelation, ...agreeing };
    case 'text':
      return { kind, path, similarity, ...agreeing };
    case 'probabilities':
      return { kind, path, ...agreeing };
  }
}
