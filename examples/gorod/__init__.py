"""«Город и люди»: a static page that embeds the window by one frame, without a line of JavaScript."""
