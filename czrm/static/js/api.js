// The page of the API: Swagger UI reads the description that stands beside it.
addEventListener("load", () => {
  SwaggerUIBundle({
    url: document.querySelector("#swagger-ui").dataset.schema,
    dom_id: "#swagger-ui",
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis],
  });
});
