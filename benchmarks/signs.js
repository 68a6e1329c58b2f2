/* Looks at two players from outside, by the frames that they show: how far the second is ahead of the first. */
() => {
  const [film, sign] = document.querySelectorAll("video");
  const seen = (window.drifts = []);
  let last = null;
  const watch = (video, tell) => {
    const show = (_, frame) => {
      tell(frame.expectedDisplayTime / 1000, frame.mediaTime);
      video.requestVideoFrameCallback(show);
    };
    video.requestVideoFrameCallback(show);
  };
  watch(film, (at, place) => (last = { at, place }));
  watch(sign, (at, place) => {
    // A film that stands, or whose frames are old, is compared with nothing.
    if (last === null || film.paused || film.seeking || Math.abs(at - last.at) > 0.2) return;
    seen.push([at, place - (last.place + (at - last.at) * film.playbackRate)]);
  });
};
