import { Document, isCollection, isMap, isPair, isScalar, visit } from 'yaml';

/** Longer lines are hard to read. */
const WIDTH = 110;

/**
 * A document as people write it: lists in lines, and what is short, and deep, in one line (`- canary: { weight: 1%, minRequests: 50 }`).
 * @param document JSON; its keys are written in their order
 */
export function writeYaml(document: unknown): string {
  const made = new Document(document);
  visit(made, {
    Collection(_key, node, path) {
      const depth = path.filter(isCollection).length;
      const [first] = node.items;
      // `- canary:` stands by itself, with its settings behind it.
      const isNamed =
        isMap(node) && node.items.length === 1 && depth === 2 && isPair(first) && hasNoText(first.value);
      const isDeep = depth >= 2 || (depth === 1 && isMap(node));
      if (isDeep && !isNamed && JSON.stringify(node).length < WIDTH) node.flow = true;
    },
  });
  return made.toString({ lineWidth: WIDTH, flowCollectionPadding: true });
}

const hasNoText = (value: unknown): boolean =>
  isCollection(value) || (isScalar(value) && value.value === null);
