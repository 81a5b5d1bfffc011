// For the demo alone: browsers lead names under .localhost to this machine (RFC 6761 §6.3), Node asks
// the system's resolver, which may not know them.
import dns from "node:dns";

const lookup = dns.lookup;
dns.lookup = (host, ...rest) => lookup(host.endsWith(".localhost") ? "localhost" : host, ...rest);
