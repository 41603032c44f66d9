import { compiler } from 'markdown-to-jsx/react';
import type { ReactNode } from 'react';

/** Where a link in a card may lead; anything else is shown as its text. */
const MAY_LEAD = /^(https?:|mailto:|#)/i;
/** The page has a title of its own, and sections: those of a card are below them. */
const HEADINGS = {
  h1: { component: 'h3' },
  h2: { component: 'h4' },
  h3: { component: 'h5' },
  h4: { component: 'h6' },
  h5: { component: 'h6' },
} as const;

interface LinkProps {
  readonly href?: string;
  readonly children?: ReactNode;
}

/** A card is somebody else's text: its HTML is shown as it is written, pictures are not fetched, and links lead to the web alone. */
export default function Markdown({ text }: { text: string }) {
  return compiler(text, {
    disableParsingRawHTML: true,
    forceBlock: true,
    overrides: {
      ...HEADINGS,
      a: ({ href, children }: LinkProps) =>
        href !== undefined && MAY_LEAD.test(href) ? (
          <a href={href} rel="noreferrer noopener">
            {children}
          </a>
        ) : (
          <>{children}</>
        ),
      // What a fence says behind its language would be given to the element as attributes.
      code: ({ children }: LinkProps) => <code>{children}</code>,
      pre: ({ children }: LinkProps) => <pre>{children}</pre>,
      img: ({ alt, src }: { readonly alt?: string; readonly src?: string }) => (
        <span className="quiet">[picture: {alt === undefined || alt === '' ? src : alt}]</span>
      ),
    },
  });
}
