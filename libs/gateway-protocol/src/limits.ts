/** What a data plane keeps to, and the api checks. All texts are counted in UTF-16 units. */
export const LIMITS = {
  /** Of one batch as JSON, in bytes. The api takes 4 MiB: an entry may lie across the line. */
  batchBytes: 1024 * 1024,
  /** Entries, request ids, samples, trips and acknowledgements of one batch, each. */
  items: 10_000,
  acknowledgements: 100_000,
  /** The name of a measure or histogram. */
  name: 200,
  /** The name of one bin of a histogram. */
  bin: 200,
  /** Measures of one entry, and histograms. */
  names: 64,
  /** Bins of one histogram. */
  bins: 64,
  /** Of one measure: groups of units and slices of time. */
  blocks: 2_000,
  /** `<gate>=<value>` */
  segment: 300,
  segmentsOfRequest: 50,
  /** Recorded requests that one entry names. */
  traces: 4,
  /** The same, of one that the api reads. */
  tracesRead: 16,
  /** Bytes of a request id: PostgreSQL indexes it together with the model's name, in 2,704 bytes at most. */
  requestIdBytes: 1_000,
  /** The request, or one of its two answers, of a sample. */
  sampleText: 10_000,
  /** Why a primary is out, in words. */
  because: 300,
  /** The request, or one of its two answers, of a text pair. */
  pairText: 10_000,
} as const;

/** What the api says about entries that it did not take: no more than these are named, all are counted. */
export const MOST_NAMED = 100;

/** Models of which an answer of the api asks whether their primary answers. */
export const MOST_ASKED = 500;
