// Which registries may well be reached without TLS: those on this machine itself.

const loopback = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\]|::1)(?::\d{1,5})?(?:\/(?<bits>\d{1,3}))?$/;

/** An address, a name or a network that lies wholly on loopback; a name that only begins like one is any machine's. */
export function isLoopbackRegistry(registry: string): boolean {
  const found = loopback.exec(registry);
  if (found === null) return false;
  const bits = found.groups?.bits;
  if (bits === undefined) return true;
  return registry.startsWith("127.") ? Number(bits) >= 8 : Number(bits) === 128;
}
