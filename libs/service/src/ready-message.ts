/** What a parent process is told over IPC once a service takes calls. */
export interface ReadyMessage {
  readonly type: "ready";
  readonly service: string;
  readonly meshAddress: string;
  readonly publicAddress: string | undefined;
}
