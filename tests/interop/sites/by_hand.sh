#!/bin/sh
# Signs somebody in with curl and openssl alone; `code state`, as the address bar shows them, are read from the input.
set -eu
: "${ISSUER:?}" "${CLIENT_ID:?}" "${CLIENT_SECRET:?}" "${SITE:?}"
curl() { command curl -fsS --cacert "${AUTHORITY:-/etc/ssl/certs/ca-certificates.crt}" "$@"; }
member() { printf %s "$tokens" | tr -d '\n' | sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }

# 1. A secret of this one sign-in, and its digest (PKCE).
verifier=$(openssl rand -hex 32)
challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary | openssl base64 -A | tr '+/' '-_' | tr -d '=')
state=$(openssl rand -hex 16)

# 2. The person goes here and comes back to the site with a code in the address.
echo "$ISSUER/authorize?response_type=code&client_id=$CLIENT_ID&redirect_uri=$SITE/callback&state=$state\
&scope=openid%20profile%20email%20offline_access&code_challenge=$challenge&code_challenge_method=S256"
read -r code came_back
[ "$came_back" = "$state" ] || { echo "not the answer to our question" >&2; exit 1; }

# 3. The code becomes tokens, within a minute and once.
tokens=$(curl -u "$CLIENT_ID:$CLIENT_SECRET" "$ISSUER/token" -d grant_type=authorization_code -d "code=$code" \
    -d "redirect_uri=$SITE/callback" -d "code_verifier=$verifier")

# 4. Who is it?
curl -H "Authorization: Bearer $(member access_token)" "$ISSUER/userinfo"

# 5. Later, without the person: new tokens, the refresh token among them.
tokens=$(curl -u "$CLIENT_ID:$CLIENT_SECRET" "$ISSUER/token" -d grant_type=refresh_token \
    -d "refresh_token=$(member refresh_token)")

# 6. When they are not needed any more: give them back.
curl -u "$CLIENT_ID:$CLIENT_SECRET" "$ISSUER/revoke" -d "token=$(member refresh_token)"

# 7. Signing out: the person goes here.
echo "$ISSUER/logout?post_logout_redirect_uri=$SITE/signed-out&id_token_hint=$(member id_token)"
