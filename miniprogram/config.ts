// The server that the mini-program asks, by the edition that WeChat says it is. Each is a request domain of the mini-program.
const SERVERS = {
  develop: "http://127.0.0.1:8000",
  trial: "https://tianfu.example",
  release: "https://tianfu.example",
};

export const SERVER: string = SERVERS[wx.getAccountInfoSync().miniProgram.envVersion];
