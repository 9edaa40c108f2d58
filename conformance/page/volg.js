// Follows a run: shows anew what changed. Without this script the page asks again every three seconds.
const stand = document.getElementById("stand");
const zegt = document.getElementById("zegt");
if (stand && stand.dataset.volg) {
  const source = new EventSource(stand.dataset.volg);
  source.addEventListener("stand", (event) => {
    const told = JSON.parse(event.data);
    stand.innerHTML = told.stand;
    zegt.innerHTML = told.zegt;
    if (told.klaar) {
      source.close();
      document.getElementById("knoppen").innerHTML = told.knoppen;
    }
  });
}
