// An OpenID provider whose users log in by being named: ?login_hint=anna. Prints its address, and runs until
// its input ends.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const accounts = JSON.parse(process.argv[2]);
const redirectUri = process.argv[3];

function configuration() {
  return {
    clients: [{
      client_id: "leadscore",
      client_secret: "a secret of the tests",
      token_endpoint_auth_method: "client_secret_post",
      redirect_uris: [redirectUri],
      application_type: "native",
    }],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    conformIdTokenClaims: false, // the address is in the token itself
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ["a key of the tests"] },
    findAccount: (_, id) => accounts[id] && {
      accountId: id,
      claims: async () => ({ sub: id, ...accounts[id] }),
    },
  };
}

async function consent(provider, details) {
  const grant = new provider.Grant({ accountId: details.session.accountId, clientId: "leadscore" });
  grant.addOIDCScope("openid email");
  return { consent: { grantId: await grant.save() } };
}

async function interact(provider, request, response) {
  const details = await provider.interactionDetails(request, response);
  const result = details.prompt.name === "login"
    ? { login: { accountId: details.params.login_hint } }
    : await consent(provider, details);
  await provider.interactionFinished(request, response, result);
}

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration());
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (request.url.startsWith("/interaction/")) {
      interact(provider, request, response).catch((error) => response.writeHead(500).end(String(error)));
    } else {
      answer(request, response);
    }
  });
  console.log(issuer);
});
process.stdin.on("end", () => process.exit()).resume();
