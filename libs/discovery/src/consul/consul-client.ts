import { EventEmitter } from "node:events";
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Agent, type AgentOptions } from "node:https";
import { type Clock, systemClock } from "@weft/core";
import Consul from "consul";
import { consulFailure, noAnswer, tooLarge } from "./consul-failure.js";

export interface ConsulClientOptions {
  readonly host: string;
  readonly port: number;
  /** Certificates for HTTPS. Left out: plain HTTP. */
  readonly tls?: Pick<AgentOptions, "ca" | "cert" | "key">;
  /** Asked before each call, so that a rotated token is used at once. */
  readonly token?: () => Promise<string>;
  readonly clock?: Clock;
}

export interface ConsulAnswer {
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON if Consul said so, else text or bytes. Nothing about it is checked yet. */
  readonly body: unknown;
}

/** One plain call of the package, with the options that every call gets. */
export type ConsulCall = (consul: ConsulCalls, common: object) => Promise<unknown>;

export interface ConsulClient {
  /** Makes one call. Throws a WeftError of status and message only, or `signal.reason` on abort. */
  ask(call: ConsulCall, limitMs: number, signal: AbortSignal): Promise<ConsulAnswer>;
  /** Closes the connections. */
  close(): void;
}

/** The calls in use. The package's own types leave out index, wait and ctx, and ask for a check's `timeout` in vain. */
export interface ConsulCalls {
  readonly health: { service(options: object): Promise<unknown> };
  readonly catalog: { services(options: object): Promise<unknown> };
  readonly agent: {
    readonly service: {
      register(options: object): Promise<unknown>;
      deregister(options: object): Promise<unknown>;
    };
    readonly check: { pass(options: object): Promise<unknown> };
  };
  destroy(): void;
  /** papi's hook between making a request and sending it. */
  _ext(event: "onRequest", hook: (request: OutgoingRequest, next: () => void) => void): void;
}

interface OutgoingRequest {
  transport: { request(options: object): ClientRequest };
}

// A list of 10,000 nodes is about 7 MB.
const maxBodyBytes = 8_000_000;

/** The package with what it lacks: a time limit and an end for every call, a limit for bodies, errors without the token. */
export function createConsulClient(options: ConsulClientOptions): ConsulClient {
  const { host, port, tls, token, clock = systemClock } = options;
  const secure = tls && { secure: true, agent: new Agent({ keepAlive: true, ...tls }) };
  const urlHost = host.includes(":") ? `[${host}]` : host;
  const consul = new Consul({ host: urlHost, port, ...secure }) as unknown as ConsulCalls;
  consul._ext("onRequest", (request, next) => {
    const { transport } = request;
    // papi takes the host from a URL, where IPv6 stands in brackets that no socket understands.
    request.transport = { request: (sent) => bounded(transport.request({ ...sent, hostname: host })) };
    next();
  });

  return {
    async ask(call, limitMs, signal) {
      signal.throwIfAborted();
      const ctx = Object.assign(new EventEmitter(), { includeResponse: true });
      let isLate = false;
      const cancel = () => ctx.emit("cancel");
      const cancelLimit = clock.after(limitMs, () => {
        isLate = true;
        cancel();
      });
      signal.addEventListener("abort", cancel, { once: true });
      try {
        const common = token === undefined ? { ctx } : { ctx, token: await token() };
        signal.throwIfAborted();
        const [response, body] = (await call(consul, common)) as [IncomingMessage, unknown];
        return { headers: response.headers, body };
      } catch (error) {
        signal.throwIfAborted();
        throw isLate ? noAnswer(limitMs) : consulFailure(error);
      } finally {
        cancelLimit();
        signal.removeEventListener("abort", cancel);
      }
    },
    close: () => consul.destroy(),
  };
}

/** Ends a request whose answer grows too large, and one whose answer breaks off, which papi would wait for. */
function bounded(request: ClientRequest): ClientRequest {
  return request.on("response", (response) => {
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) return;
      request.emit("error", tooLarge(maxBodyBytes));
      request.destroy();
    });
    response.on("error", (error) => request.emit("error", error));
  });
}
