import path from 'node:path';

/**
 * Makes Markdown that is written for people and GitHub into pages: `{{model}}` is text and no expression of Vue, and
 * what lies beside the documents (code, the README) is named, since it is no page here.
 * @param folder the folder of the documents
 */
export function plainMarkdown(md, folder) {
  for (const rule of ['text', 'code_inline', 'html_block', 'html_inline']) {
    const render = md.renderer.rules[rule];
    md.renderer.rules[rule] = (...args) => render(...args).replaceAll('{{', '&#123;&#123;');
  }
  md.core.ruler.push('links-out-of-the-documents', ({ tokens, env }) => {
    for (const token of tokens) dropLinks(token.children ?? [], env.path, folder);
  });
}

/** Takes the link from words that lead out of the documents; the words stay. */
function dropLinks(children, page, folder) {
  let isDropped = false;
  for (const token of children) {
    const target = token.type === 'link_open' ? token.attrGet('href') : null;
    if (target !== null) isDropped = leadsOut(target, page, folder);
    if (!isDropped || !/^link_(open|close)$/.test(token.type)) continue;
    if (token.type === 'link_close') isDropped = false;
    Object.assign(token, { type: 'text', tag: '', content: '', attrs: null, nesting: 0 });
  }
}

function leadsOut(target, page, folder) {
  if (/^[a-z]+:|^#|^\//i.test(target)) return false;
  const inside = path.relative(folder, path.resolve(path.dirname(page), target.split('#')[0]));
  return inside.startsWith('..') || !/\.(md|json|png|svg)$|^$|\/$/.test(inside);
}
