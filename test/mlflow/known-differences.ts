const error = (code: string, status: number, message: string) => ({
  error: code,
  message: `${code}: ${message}`,
  status,
});

/** Where we answer otherwise than MLflow, on purpose: why, and what exactly. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, { readonly why: string; readonly ours: unknown }>> = {
  'rename to a taken name': {
    why: 'MLflow shows the SQL that failed',
    ours: error('RESOURCE_ALREADY_EXISTS', 400, 'Registered Model (name=digits) already exists.'),
  },
  'archiving to none': {
    why: 'MLflow fails with 500',
    ours: error(
      'INVALID_PARAMETER_VALUE',
      400,
      "Model version transition cannot archive existing model versions because 'None' is not an Active stage. Valid stages are Production, Staging",
    ),
  },
  'create with 257': {
    why: 'the column of MLflow has 256 characters; SQLite does not look',
    ours: error(
      'INVALID_PARAMETER_VALUE',
      400,
      `Invalid model name: '${'z'.repeat(257)}'. A name is 1 to 256 characters, none of them '/', ':' or a control character; it neither starts nor ends with a blank, and is not '.' or '..'.`,
    ),
  },
  '257 gone': {
    why: 'as above',
    ours: error('RESOURCE_DOES_NOT_EXIST', 404, `Registered Model with name=${'z'.repeat(257)} not found`),
  },
  'a token of nobody': {
    why: 'MLflow shows the bytes as Python writes them',
    ours: error('INVALID_PARAMETER_VALUE', 400, 'Invalid page token, could not base64-decode'),
  },
};
