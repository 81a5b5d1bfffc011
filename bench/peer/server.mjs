// The provider that ours is measured against: oidc-provider with an adapter that keeps its data in
// SQLite as ours does (WAL, synchronous=NORMAL, one commit a write, every look-up by an index).
//
// PORT, DATABASE and CLIENT_SECRET come from the environment. Clients and signing keys live in memory,
// which is the faster way of the two that oidc-provider knows.

import { generateKeyPairSync } from "node:crypto";

import Database from "better-sqlite3";
import Provider from "oidc-provider";

const { PORT, DATABASE, CLIENT_SECRET } = process.env;

const db = new Database(DATABASE);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = NORMAL");
db.exec(`
  CREATE TABLE IF NOT EXISTS entry (
    model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, expires_at INTEGER,
    grant_id TEXT, uid TEXT, user_code TEXT, PRIMARY KEY (model, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS entry_grant ON entry (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS entry_uid ON entry (model, uid) WHERE uid IS NOT NULL;
  CREATE INDEX IF NOT EXISTS entry_code ON entry (model, user_code) WHERE user_code IS NOT NULL;
  CREATE INDEX IF NOT EXISTS entry_expiry ON entry (expires_at);
`);

const statements = {
  upsert: db.prepare(`INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    payload = excluded.payload, expires_at = excluded.expires_at, grant_id = excluded.grant_id,
    uid = excluded.uid, user_code = excluded.user_code`),
  find: db.prepare("SELECT payload, expires_at FROM entry WHERE model = ? AND id = ?"),
  findByUid: db.prepare("SELECT payload, expires_at FROM entry WHERE model = ? AND uid = ?"),
  findByUserCode: db.prepare("SELECT payload, expires_at FROM entry WHERE model = ? AND user_code = ?"),
  consume: db.prepare(`UPDATE entry SET payload = json_set(payload, '$.consumed', ?)
    WHERE model = ? AND id = ?`),
  destroy: db.prepare("DELETE FROM entry WHERE model = ? AND id = ?"),
  revoke: db.prepare("DELETE FROM entry WHERE grant_id = ?"),
};

const seconds = () => Math.floor(Date.now() / 1000);

const read = (row) => {
  if (!row || (row.expires_at !== null && row.expires_at <= seconds())) return undefined;
  return JSON.parse(row.payload);
};

class SqliteAdapter {
  constructor(model) {
    this.model = model;
  }

  async upsert(id, payload, expiresIn) {
    const expiresAt = expiresIn ? seconds() + expiresIn : null;
    statements.upsert.run(
      this.model, id, JSON.stringify(payload), expiresAt,
      payload.grantId ?? null, payload.uid ?? null, payload.userCode ?? null,
    );
  }

  async find(id) {
    return read(statements.find.get(this.model, id));
  }

  async findByUid(uid) {
    return read(statements.findByUid.get(this.model, uid));
  }

  async findByUserCode(userCode) {
    return read(statements.findByUserCode.get(this.model, userCode));
  }

  async consume(id) {
    statements.consume.run(seconds(), this.model, id);
  }

  async destroy(id) {
    statements.destroy.run(this.model, id);
  }

  async revokeByGrantId(grantId) {
    statements.revoke.run(grantId);
  }
}

const jwk = (type, options, alg) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }), alg, use: "sig", kid: alg,
});

const client = (algorithm) => ({
  client_id: `bench-${algorithm.toLowerCase()}`,
  client_secret: CLIENT_SECRET,
  redirect_uris: ["https://bench.example/cb"],
  response_types: ["code"],
  grant_types: ["authorization_code", "refresh_token", "client_credentials"],
  token_endpoint_auth_method: "client_secret_basic",
  id_token_signed_response_alg: algorithm,
});

const account = (id) => ({
  sub: id, name: "Анна Орлова", given_name: "Анна", family_name: "Орлова", locale: "ru",
  email: "anna@example.ru", email_verified: true, updated_at: 1770000000,
});

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  adapter: SqliteAdapter,
  clients: [client("RS256"), client("ES256")],
  jwks: { keys: [jwk("rsa", { modulusLength: 2048 }, "RS256"), jwk("ec", { namedCurve: "P-256" }, "ES256")] },
  cookies: { keys: ["only-for-benchmarks"] },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => account(id) }),
  claims: {
    openid: ["sub"],
    profile: ["name", "given_name", "family_name", "locale", "updated_at"],
    email: ["email", "email_verified"],
  },
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  rotateRefreshToken: true,
  ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 3600, Session: 86400, Grant: 86400 },
});

provider.listen(Number(PORT), "127.0.0.1");
