// WeChat's own browser: it signs in with WeChat, and knows no passkeys.
export const isInWeChat = /MicroMessenger/i.test(navigator.userAgent);
