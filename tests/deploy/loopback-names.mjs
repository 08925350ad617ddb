/* The KeyValueStore's client puts the account before its endpoint's host. `*.localhost` is loopback (RFC 6761); DNS may not know it. */
import dns from 'node:dns';

dns.lookup = new Proxy(dns.lookup, {
  apply: (lookup, self, [host, ...rest]) =>
    Reflect.apply(lookup, self, [String(host).endsWith('.localhost') ? 'localhost' : host, ...rest]),
});
