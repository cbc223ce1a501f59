import type { ServerInterceptingCall, ServerInterceptingCallInterface } from "@grpc/grpc-js";

/** Takes what comes in of an RPC. */
export type RpcListener = Parameters<ServerInterceptingCallInterface["start"]>[0];

type Methods = ServerInterceptingCallInterface;

/**
 * An RPC that an interceptor looks at; it changes nothing by itself. In place of grpc-js's ServerInterceptingCall, which makes
 * closures and waiting rooms for whatever an interceptor might do to each message.
 */
export class PassingCall implements ServerInterceptingCallInterface {
  /** Of that name in grpc-js too, so that one can walk down to the transport. */
  protected readonly nextCall: ServerInterceptingCallInterface;

  constructor(nextCall: ServerInterceptingCallInterface) {
    this.nextCall = nextCall;
  }

  start(listener: RpcListener): void {
    this.nextCall.start(listener);
  }

  sendMetadata(...args: Parameters<Methods["sendMetadata"]>): void {
    this.nextCall.sendMetadata(...args);
  }

  sendMessage(...args: Parameters<Methods["sendMessage"]>): void {
    this.nextCall.sendMessage(...args);
  }

  sendStatus(...args: Parameters<Methods["sendStatus"]>): void {
    this.nextCall.sendStatus(...args);
  }

  startRead(): void {
    this.nextCall.startRead();
  }

  getPeer(): ReturnType<Methods["getPeer"]> {
    return this.nextCall.getPeer();
  }

  getDeadline(): ReturnType<Methods["getDeadline"]> {
    return this.nextCall.getDeadline();
  }

  getHost(): ReturnType<Methods["getHost"]> {
    return this.nextCall.getHost();
  }

  getAuthContext(): ReturnType<Methods["getAuthContext"]> {
    return this.nextCall.getAuthContext();
  }

  getConnectionInfo(): ReturnType<Methods["getConnectionInfo"]> {
    return this.nextCall.getConnectionInfo();
  }

  getMetricsRecorder(): ReturnType<Methods["getMetricsRecorder"]> {
    return this.nextCall.getMetricsRecorder();
  }
}

/** The types ask interceptors for a class of grpc-js's; what it calls are the methods of the interface. */
export function asIntercepting(call: ServerInterceptingCallInterface): ServerInterceptingCall {
  return call as ServerInterceptingCall;
}
