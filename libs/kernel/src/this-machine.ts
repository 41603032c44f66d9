/** Is this host of a URL the machine itself? @param hostname as `URL` has it: IPv6 in brackets, IPv4 as four numbers */
export const isThisMachine = (hostname: string): boolean =>
  /^(127(\.\d+){3}|localhost|\[::1\])$/.test(hostname);
