// The picture on a slip leads here with the code behind the «#», which no server and no log ever sees.

const field = document.getElementById("code");
const code = decodeURIComponent(location.hash.slice(1));

if (code) {
  field.value = code;
  // The next person at this device finds it neither in the address nor in the history.
  history.replaceState(null, "", location.pathname + location.search);
}
