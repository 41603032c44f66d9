/** Reads `metadata_props` (field 14 of ONNX's ModelProto: pairs of key and value) from a model file. */
export function readOnnxMetadata(model: Uint8Array): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const { field, bytes } of fields(model)) {
    if (field !== 14 || !bytes) continue;
    const pair = [...fields(bytes)];
    const text = (n: number): string => new TextDecoder().decode(pair.find((f) => f.field === n)?.bytes);
    metadata[text(1)] = text(2);
  }
  return metadata;
}

/** The fields of one protobuf message (https://protobuf.dev/programming-guides/encoding/). */
function* fields(message: Uint8Array): Generator<{ field: number; bytes: Uint8Array | null }> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        varint();
        yield { field, bytes: null };
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        yield { field, bytes: message.subarray(at, at + length) };
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new Error('not a protobuf message');
    }
  }
}
