/** Does whoever has started us sit at a screen of X11 or Wayland? */
export const hasScreen = (env: Readonly<Record<string, string | undefined>> = process.env): boolean =>
  Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
