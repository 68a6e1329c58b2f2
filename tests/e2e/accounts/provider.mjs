// A real OpenID provider. It prints its issuer, and is told by POST /for-tests who its client is and to change its
// keys.
// Arguments: the port to listen on, 0 for any.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [port] = process.argv.slice(2);
const server = createServer(answer);
let redirects = [];
let generation = 0;
let handle;

function answer(request, response) {
  if (request.url !== "/for-tests") return handle(request, response);
  let text = "";
  request.on("data", (piece) => (text += piece));
  request.on("end", () => {
    const said = JSON.parse(text);
    redirects = said.redirects ?? redirects;
    if (said.rotate) generation += 1;
    renew();
    response.end();
  });
}

function key(kid) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
}

function renew() {
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [
      {
        client_id: "reelgate",
        client_secret: "a-secret+of:both%",
        redirect_uris: redirects.map((each) => `${each}/auth/oidc/callback`),
        post_logout_redirect_uris: redirects.map((each) => `${each}/login`),
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["preferred_username", "roles"] },
    // As Entra ID and most others do: what is asked for stands in the ID token.
    conformIdTokenClaims: false,
    cookies: { keys: ["known to all"] },
    jwks: { keys: [key(`key-${generation}`)] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@harbour.example`,
        email_verified: true,
        preferred_username: id,
        roles: id === "boss" ? ["ADMIN"] : ["USER"],
      }),
    }),
  });
  handle = provider.callback();
}

server.listen(Number(port), "127.0.0.1", () => {
  renew();
  console.log(`listening on ${server.address().port}`);
});
